"""The catalogue of measures: what each one saves, costs and lasts, with its source.

The figures are starting points that an organisation replaces by its own (see ``assumptions``). ``Checked.PRIMARY``
marks a saving or cost read in the named publication; ``ASSUMED`` an engineering figure to be confirmed by a quotation.
"""

from eaio.recommendations.models import CostUnit, Disruption, Effort, EndUse, Measure, Pays, Range
from eaio.timeseries.rates import Checked
from eaio.timeseries.units import Carrier

ELECTRICITY = (Carrier.ELECTRICITY,)
GAS = (Carrier.GAS,)
HEAT = (Carrier.GAS, Carrier.STEAM, Carrier.HOTWATER)
COLD = (Carrier.CHILLEDWATER, Carrier.ELECTRICITY)
THERMAL = (*HEAT, Carrier.CHILLEDWATER)
ENERGY = (Carrier.ELECTRICITY, *THERMAL)

NONE = Range(0, 0, 0)
PROGRAMMING = Range(0.1, 0.3, 0.8)
"""USD/m2 to change settings and sequences in an existing building management system."""
VISIT = Range(500, 1_500, 4_000)
"""USD for a controls contractor to come, change, test and document."""

PNNL = "PNNL controls package (2017), share of the building; here of its metered heating and cooling only"
LBNL_RCX = "LBNL (2009), Building Commissioning, median 16 % and 0.30 USD/ft2"
LBNL_FDD = "LBNL, Energies (2022), fault detection 9 %, meter analytics 3 %"
REOPT = "NREL REopt defaults, commercial, 2026"
PRACTICE = "engineering practice, not yet traced to a publication"

OPERATION = (
    Measure(
        code="hvac_schedule", number=1, short="Running hours",
        name="Shorten the plant's running hours",
        action="Start plant later and stop it earlier, to follow the hours that people are in.",
        check="Compare the schedule in the building management system with the real opening hours; look for overrides.",
        end_use=EndUse.HVAC, carriers=ENERGY, saving=Range(0.03, 0.06, 0.09), saving_of="energy for HVAC",
        cost=PROGRAMMING, cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=5,
        source=PNNL, checked=Checked.PRIMARY, year=2017, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="night_base", number=2, short="Night load",
        name="Switch off what runs at night and weekends",
        action="Walk the building after closing, list what runs, and switch off or schedule what nobody needs.",
        check="Night walk with a clamp meter on the main boards; ask which loads are critical (servers, cold rooms).",
        end_use=EndUse.PLUGS, carriers=ELECTRICITY, saving=Range(0.03, 0.06, 0.10), saving_of="electricity",
        cost=Range(0.2, 0.6, 1.5), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=5,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="setpoints", number=3, short="Setpoints",
        name="Widen the band between heating and cooling setpoints",
        action="Heat to 20-21 °C and cool from 24-25 °C in occupied hours, wider outside them.",
        check="Read zone setpoints and deadbands; look for local overrides and badly placed thermostats.",
        end_use=EndUse.HVAC, carriers=ENERGY,
        saving=Range(0.04, 0.08, 0.12), saving_of="heating and cooling energy",
        cost=PROGRAMMING, cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=5,
        source=PNNL, checked=Checked.PRIMARY, year=2017, effort=Effort.LOW, disruption=Disruption.SOME,
    ),
    Measure(
        code="vav_minimum", number=4, short="Air flow",
        name="Lower the minimum air flow of the zones",
        action="Reduce VAV box minimum flows to what ventilation needs, so that cold air is not reheated.",
        check="Read the boxes' minimum flow setpoints (often 30-50 % of maximum) and reheat valve positions in summer.",
        end_use=EndUse.HVAC, carriers=THERMAL,
        saving=Range(0.03, 0.07, 0.10), saving_of="heating and cooling energy",
        cost=Range(0.5, 1.5, 4.0), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PNNL, checked=Checked.PRIMARY, year=2017, effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="economizer", number=5, short="Economizer",
        name="Cool with outdoor air when it is cold outside",
        action="Repair or add the economizer: dampers, actuators, sensors and its changeover temperature.",
        check="On a cool day, see whether outdoor dampers open fully and the chilled-water valve closes.",
        end_use=EndUse.COOLING, carriers=COLD, saving=Range(0.05, 0.10, 0.15), saving_of="cooling energy",
        cost=Range(0.5, 1.5, 4.0), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=10,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.NONE,
    ),
    Measure(
        code="supply_air_reset", number=6, short="Supply air",
        name="Reset the supply-air temperature with load",
        action="Let the supply-air temperature rise in mild weather instead of holding it at 12-13 °C all year.",
        check="Trend supply-air temperature against outdoor temperature over two weeks of mild weather.",
        end_use=EndUse.HVAC, carriers=THERMAL,
        saving=Range(0.02, 0.035, 0.05), saving_of="heating and cooling energy",
        cost=PROGRAMMING, cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="chilled_water_reset", number=7, short="Chilled water",
        name="Reset the chilled-water temperature at part load",
        action="Raise the chilled-water setpoint when valves show spare capacity.",
        check="Trend leaving chilled-water temperature and valve positions; watch humidity.",
        end_use=EndUse.COOLING, carriers=ELECTRICITY, saving=Range(0.02, 0.035, 0.05), saving_of="chiller electricity",
        cost=Range(0.05, 0.15, 0.4), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="static_pressure_reset", number=8, short="Duct pressure",
        name="Reset the duct static pressure",
        action="Let the fans slow down until one damper is nearly open.",
        check="Trend duct static pressure and fan speed: a flat pressure at part load is the sign.",
        end_use=EndUse.FANS, carriers=ELECTRICITY, saving=Range(0.10, 0.20, 0.30), saving_of="fan electricity",
        cost=Range(0.1, 0.4, 1.0), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
        needs="a submeter on the air handlers, or fan speed trends",
    ),
    Measure(
        code="heat_lockout", number=9, short="Heat lockout",
        name="Stop heating in warm weather, and reset the water temperature",
        action="Lock heating out above 15-18 °C outdoors and lower the hot-water temperature with the weather.",
        check="On a warm day, feel the heating pipes and look for open reheat valves and leaking steam traps.",
        end_use=EndUse.HEATING, carriers=HEAT, saving=Range(0.03, 0.05, 0.08), saving_of="heat",
        cost=Range(0.05, 0.15, 0.4), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="simultaneous", number=10, short="Fighting zones",
        name="Stop heating and cooling at the same time",
        action="Find the zones and air handlers that fight each other; separate their setpoints and sequences.",
        check="List valves that are open in pairs; test for leaking heating and cooling valves.",
        end_use=EndUse.HVAC, carriers=THERMAL,
        saving=Range(0.05, 0.10, 0.15), saving_of="heating and cooling energy",
        cost=Range(0.3, 1.0, 2.5), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="optimum_start", number=11, short="Optimum start",
        name="Start the plant by the weather, not by the clock",
        action="Use optimum start: the colder or hotter it is, the earlier plant starts, and on mild days later.",
        check="Compare start times on mild and on cold mornings; see how early zones reach their setpoint.",
        end_use=EndUse.HVAC, carriers=ENERGY,
        saving=Range(0.02, 0.035, 0.05), saving_of="heating and cooling energy",
        cost=PROGRAMMING, cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=8,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
        excludes=("hvac_schedule",),
    ),
    Measure(
        code="demand_ventilation", number=12, short="Ventilation",
        name="Ventilate by occupancy",
        action="Control outdoor air by CO2 in rooms whose occupancy varies: halls, lecture rooms, dining.",
        check="Compare design occupancy with real attendance; measure CO2 (below 700 ppm all day means too much air).",
        end_use=EndUse.HVAC, carriers=ENERGY,
        saving=Range(0.05, 0.075, 0.10), saving_of="heating and cooling energy",
        cost=Range(2, 5, 10), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=12,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="retro_commissioning", number=17, short="Retro-commissioning",
        name="Retro-commission the building",
        action="Have a commissioning engineer test every system against its intended operation and correct it.",
        check="Scoping visit: two days of trends and a walk-through tell whether the potential is real.",
        end_use=EndUse.WHOLE, carriers=ENERGY, saving=Range(0.06, 0.11, 0.16), saving_of="energy of the building",
        cost=Range(1.6, 3.2, 8.0), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=5,
        source=LBNL_RCX, checked=Checked.PRIMARY, year=2009, cost_source=LBNL_RCX, cost_checked=Checked.PRIMARY,
        effort=Effort.MEDIUM, disruption=Disruption.SOME,
        includes=(
            "hvac_schedule", "night_base", "setpoints", "vav_minimum", "economizer", "supply_air_reset",
            "chilled_water_reset", "heat_lockout", "simultaneous", "optimum_start",
        ),
    ),
    Measure(
        code="monitoring", number=18, short="Monitoring",
        name="Watch the building continuously",
        action="Alert on drift from the expected load and act on it every week.",
        check="Name the person who gets the alerts and the hours a week they have for it.",
        end_use=EndUse.WHOLE, carriers=ENERGY, saving=Range(0.03, 0.06, 0.09), saving_of="energy of the building",
        cost=Range(0.2, 0.5, 1.0), cost_fixed=Range(500, 1_500, 3_000), cost_unit=CostUnit.M2,
        upkeep=Range(0.1, 0.2, 0.5), life=5,
        source=LBNL_FDD, checked=Checked.PRIMARY, year=2022, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
)  # fmt: skip

EQUIPMENT = (
    Measure(
        code="variable_speed", number=13, short="Variable speed",
        name="Put pumps and fans on variable speed",
        action="Add variable-speed drives to constant-speed pumps and fans.",
        check="List motors above 5 kW that run at constant speed with throttled flow.",
        end_use=EndUse.FANS, carriers=ELECTRICITY, saving=Range(0.20, 0.30, 0.40), saving_of="motor electricity",
        cost=Range(1, 3, 6), cost_fixed=VISIT, cost_unit=CostUnit.M2, upkeep=NONE, life=15,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.SOME,
        needs="a submeter on the motors, or a motor list",
    ),
    Measure(
        code="led", number=14, short="LED",
        name="Change the lighting to LED",
        action="Replace fluorescent and discharge lamps by LED luminaires or retrofit kits.",
        check="Count lamps by type; many buildings have been changed already.",
        end_use=EndUse.LIGHTING, carriers=ELECTRICITY, saving=Range(0.30, 0.45, 0.60), saving_of="lighting electricity",
        cost=Range(16, 27, 43), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=13,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025,
        cost_source="1.5 to 4 USD/ft2, 12 to 15 years; replace by a quotation",
        effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="lighting_controls", number=15, short="Light controls",
        name="Switch the lighting by presence and daylight",
        action="Add occupancy and daylight sensors, or a schedule that ends with the working day.",
        check="Walk through at 20:00 and at noon: what is lit without people or beside bright windows?",
        end_use=EndUse.LIGHTING, carriers=ELECTRICITY, saving=Range(0.24, 0.31, 0.38), saving_of="lighting electricity",
        cost=Range(5, 12, 25), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=10,
        source="Williams et al., LBNL meta-analysis (2012)", checked=Checked.SECONDARY, year=2012,
        effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="plug_loads", number=16, short="Equipment",
        name="Let equipment sleep",
        action="Power management on computers and printers, switched strips, timers on vending and displays.",
        check="Count screens and machines that stay on over one night.",
        end_use=EndUse.PLUGS, carriers=ELECTRICITY, saving=Range(0.05, 0.10, 0.15), saving_of="plug-load electricity",
        cost=Range(0.3, 1.0, 2.5), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=5,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.SOME,
        excludes=("night_base",),
    ),
    Measure(
        code="boiler_tune_up", number=22, short="Boiler tuning",
        name="Tune the boilers",
        action="Clean, set the burner by combustion analysis, check draught and controls.",
        check="Flue-gas analysis: oxygen, carbon monoxide, stack temperature.",
        end_use=EndUse.HEATING, carriers=GAS, saving=Range(0.02, 0.035, 0.05), saving_of="gas for heating",
        cost=NONE, cost_fixed=Range(800, 1_500, 3_000), cost_unit=CostUnit.BUILDING, upkeep=NONE, life=2,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
        excludes=("condensing_boiler", "heat_pump"),
    ),
    Measure(
        code="condensing_boiler", number=23, short="New boilers",
        name="Install condensing boilers",
        action="Replace old boilers by condensing ones and lower return temperatures so that they condense.",
        check="Age, rated efficiency and return-water temperature of the present boilers.",
        end_use=EndUse.HEATING, carriers=GAS, saving=Range(0.10, 0.15, 0.20), saving_of="gas for heating",
        cost=Range(120, 180, 280), cost_fixed=Range(5_000, 10_000, 20_000), cost_unit=CostUnit.KW_HEAT, upkeep=NONE,
        life=20, source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.HIGH,
        disruption=Disruption.SOME, excludes=("boiler_tune_up", "heat_pump"),
    ),
    Measure(
        code="heat_pump", number=24, short="Heat pump",
        name="Heat with a heat pump",
        action="Replace combustion by electric heat pumps sized for the base of the heat load.",
        check="Supply temperature needed on the coldest day; spare electrical capacity.",
        end_use=EndUse.HEATING, carriers=(*GAS, *ELECTRICITY), saving=Range(0.50, 0.60, 0.70),
        saving_of="energy for heating",
        cost=Range(700, 1_200, 2_000), cost_fixed=Range(5_000, 15_000, 30_000), cost_unit=CostUnit.KW_HEAT,
        upkeep=NONE, life=18, source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.HIGH,
        disruption=Disruption.MUCH, excludes=("boiler_tune_up", "condensing_boiler"), for_carbon=True,
    ),
    Measure(
        code="chiller", number=25, short="New chiller",
        name="Replace the chiller",
        action="Install a variable-speed chiller sized to the measured load.",
        check="Nameplate age and kW/ton; measured load against capacity.",
        end_use=EndUse.COOLING, carriers=ELECTRICITY, saving=Range(0.20, 0.27, 0.35), saving_of="chiller electricity",
        cost=Range(200, 300, 450), cost_fixed=Range(10_000, 20_000, 40_000), cost_unit=CostUnit.KW_COLD, upkeep=NONE,
        life=20, source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.HIGH,
        disruption=Disruption.MUCH,
    ),
)  # fmt: skip

ENVELOPE = (
    Measure(
        code="insulation", number=19, short="Insulation",
        name="Insulate the roof and the weakest walls",
        action="Add insulation where the envelope is weakest, first the roof.",
        check="Thermal images on a cold morning; construction drawings.",
        end_use=EndUse.HEATING, carriers=HEAT, saving=Range(0.05, 0.10, 0.15), saving_of="heat",
        cost=Range(8, 18, 40), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=30,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.HIGH, disruption=Disruption.SOME,
    ),
    Measure(
        code="windows", number=20, short="Windows",
        name="Improve the windows or add solar film",
        action="Film or external shade on sunny fronts, secondary glazing or new panes where single-glazed.",
        check="Glass type and orientation; complaints about heat and glare.",
        end_use=EndUse.HVAC, carriers=THERMAL,
        saving=Range(0.03, 0.06, 0.10), saving_of="heating and cooling energy",
        cost=Range(6, 12, 30), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=15,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="air_sealing", number=21, short="Draughts",
        name="Seal the envelope against draughts",
        action="Seal doors, docks, shafts and the roof edge; repair dampers that do not close.",
        check="Smoke pencil or blower-door test; look for dampers open at night.",
        end_use=EndUse.HEATING, carriers=HEAT, saving=Range(0.03, 0.06, 0.10), saving_of="heat",
        cost=Range(1.5, 4, 8), cost_fixed=NONE, cost_unit=CostUnit.M2, upkeep=NONE, life=12,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
)  # fmt: skip

SUPPLY = (
    Measure(
        code="solar", for_carbon=True, number=26, short="Solar panels",
        name="Put solar panels on the roof",
        action="Install panels sized so that nearly all of the yield is used in the building.",
        check="Roof age, structure and shade; connection conditions.",
        end_use=EndUse.GENERATION, carriers=ELECTRICITY, saving=Range(0.10, 0.20, 0.30), saving_of="electricity",
        cost=Range(1_920, 2_080, 2_232), cost_fixed=NONE, cost_unit=CostUnit.KW_PV, upkeep=Range(20, 23, 26), life=25,
        source="simulated from the meter and the sun's path", checked=Checked.ASSUMED, year=2026,
        cost_source=f"{REOPT}: 2,232 USD/kW to 100 kW, 1,920 above, 20 to 26 USD/kW a year",
        cost_checked=Checked.PRIMARY, effort=Effort.HIGH, disruption=Disruption.SOME,
    ),
    Measure(
        code="battery", number=27, short="Battery",
        name="Cut the monthly peak with a battery",
        action="Install a two-hour battery that discharges into the peak of each month.",
        check="Demand charge of the tariff, from 15-minute data; room and fire rules.",
        end_use=EndUse.DEMAND, carriers=ELECTRICITY, saving=Range(0.05, 0.12, 0.20), saving_of="monthly peak demand",
        pays=Pays.DEMAND,
        cost=Range(1_250, 1_474, 1_800), cost_fixed=NONE, cost_unit=CostUnit.KW_BATTERY, upkeep=Range(20, 30, 40),
        life=10, source="simulated from the meter", checked=Checked.ASSUMED, year=2026,
        cost_source=f"{REOPT}: 968 USD/kW and 253 USD/kWh for two hours", cost_checked=Checked.PRIMARY,
        effort=Effort.HIGH, disruption=Disruption.NONE,
    ),
    Measure(
        code="demand_response", number=28, short="Flexible load",
        name="Sell flexibility in peak hours",
        action="Agree with the utility or an aggregator to drop load for a few hot or cold hours a year.",
        check="Programmes on offer at this site; loads that may pause for two to four hours.",
        end_use=EndUse.DEMAND, carriers=ELECTRICITY, saving=Range(0.05, 0.10, 0.15), saving_of="peak demand",
        pays=Pays.FLEXIBILITY,
        cost=Range(80, 150, 250), cost_fixed=VISIT, cost_unit=CostUnit.KW_SHED, upkeep=NONE, life=10,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.MEDIUM, disruption=Disruption.SOME,
    ),
    Measure(
        code="water_leak", number=29, short="Water leak",
        name="Find and stop the water leak",
        action="Close sections one after another at night and watch the meter; repair what still flows.",
        check="Read the meter twice in a night with nobody in the building.",
        end_use=EndUse.WATER, carriers=(Carrier.WATER,), saving=Range(0.05, 0.15, 0.30), saving_of="water",
        cost=NONE, cost_fixed=Range(300, 1_500, 6_000), cost_unit=CostUnit.BUILDING, upkeep=NONE, life=5,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="irrigation_control", number=30, short="Irrigation",
        name="Water by weather, and at night",
        action="Fit a weather- or soil-moisture controller and water between midnight and dawn.",
        check="Walk the zones: broken heads, overspray, watering in rain.",
        end_use=EndUse.IRRIGATION, carriers=(Carrier.IRRIGATION,), saving=Range(0.15, 0.22, 0.30),
        saving_of="irrigation water",
        cost=NONE, cost_fixed=Range(1_000, 2_500, 6_000), cost_unit=CostUnit.BUILDING, upkeep=NONE, life=10,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
    Measure(
        code="tariff_switch", number=31, short="Tariff",
        name="Move to a time-of-use tariff",
        action="Ask the supplier to price the last twelve months on every tariff that is open to this meter.",
        check="The present tariff and its notice period.",
        end_use=EndUse.BILL, carriers=ELECTRICITY, saving=Range(0.02, 0.04, 0.10), saving_of="electricity bill",
        pays=Pays.BILL,
        cost=NONE, cost_fixed=Range(0, 500, 1_500), cost_unit=CostUnit.BUILDING, upkeep=NONE, life=3,
        source=PRACTICE, checked=Checked.ASSUMED, year=2025, effort=Effort.LOW, disruption=Disruption.NONE,
    ),
)  # fmt: skip

MEASURES: tuple[Measure, ...] = tuple(
    sorted((*OPERATION, *EQUIPMENT, *ENVELOPE, *SUPPLY), key=lambda measure: measure.number)
)
CATALOGUE: dict[str, Measure] = {measure.code: measure for measure in MEASURES}
